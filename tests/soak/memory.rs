//! How much memory this process has.

/// Resident memory in KiB, without pages of files; `None` where the system does not tell by procfs.
pub(crate) fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

/// Fails when memory grew by more than `bound` KiB since `before`.
pub(crate) fn assert_flat(before: Option<u64>, bound: u64) {
    let (Some(before), Some(after)) = (before, resident()) else { return };
    println!("resident: {before} KiB after warming up, {after} KiB at the end");
    assert!(after <= before + bound, "grew from {before} to {after} KiB, more than {bound}");
}
