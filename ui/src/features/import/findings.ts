/** Findings as people settle them: by kind, the worst first. */
import type { Finding } from "#bindings/Finding";
import type { FindingCode } from "#bindings/FindingCode";
import type { Severity } from "#bindings/Severity";

export interface FindingGroup {
  code: FindingCode;
  severity: Severity;
  findings: Finding[];
  /** Staged items concerned, each once, in order. */
  items: number[];
}

const ORDER: Severity[] = ["error", "warning", "info"];

export function grouped(findings: readonly Finding[]): FindingGroup[] {
  const groups = new Map<string, FindingGroup>();
  for (const finding of findings) {
    const key = `${finding.severity} ${finding.code}`;
    const group = groups.get(key) ?? {
      code: finding.code,
      severity: finding.severity,
      findings: [],
      items: [],
    };
    group.findings.push(finding);
    if (finding.item !== null && !group.items.includes(finding.item))
      group.items.push(finding.item);
    groups.set(key, group);
  }
  return [...groups.values()].sort(
    (a, b) =>
      ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity) ||
      b.findings.length - a.findings.length,
  );
}
