//! When an account's time has run out. Pure: whoever asks brings the time along.

use std::collections::HashMap;
use std::sync::LazyLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::model::{LockAfter, SecuritySettings, TimeoutAction, UserId};

/// What two clocks say at one moment. On Linux and macOS the steady one stands still while the machine sleeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Since some fixed moment; never goes back.
    pub steady: Duration,
    /// Since 1970; anybody may set it.
    pub wall: Duration,
}

static BEGINNING: LazyLock<Instant> = LazyLock::new(Instant::now);

impl Moment {
    /// Now.
    #[must_use]
    pub fn now() -> Self {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { steady: BEGINNING.elapsed(), wall }
    }

    /// How long ago `earlier` was: the longer answer of the two clocks, so that sleep counts and a clock that
    /// was set back gives nobody more time.
    fn since(self, earlier: Self) -> Duration {
        let steady = self.steady.saturating_sub(earlier.steady);
        steady.max(self.wall.saturating_sub(earlier.wall))
    }
}

/// What has to be done to an account now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Which.
    pub user: UserId,
    /// Lock it or end its session.
    pub action: TimeoutAction,
}

/// Looks after every open account. Only says what is due; asked again, it says it again until the account is
/// [released](Watch::release).
#[derive(Debug)]
pub struct Watch {
    accounts: HashMap<UserId, Guarded>,
    last: Moment,
    slept: bool,
}

#[derive(Debug)]
struct Guarded {
    rule: SecuritySettings,
    seen: Moment,
}

/// The wall clock ran on by so much more than the steady one: the machine slept, or somebody set the clock.
const JUMP: Duration = Duration::from_secs(30);
/// Nobody looked for so long: this program stood still, or slept on a system whose steady clock runs on.
const SILENCE: Duration = Duration::from_mins(1);

impl Watch {
    /// How often [`Watch::tick`] wants to be called.
    pub const TICK: Duration = Duration::from_secs(10);

    /// Begins.
    #[must_use]
    pub fn new(now: Moment) -> Self {
        Self { accounts: HashMap::new(), last: now, slept: false }
    }

    /// The account was opened: its time begins.
    pub fn guard(&mut self, user: UserId, rule: SecuritySettings, now: Moment) {
        self.look(now);
        self.accounts.insert(user, Guarded { rule, seen: now });
    }

    /// Other rules from now on; the time that has passed counts.
    pub fn change(&mut self, user: UserId, rule: SecuritySettings) {
        if let Some(guarded) = self.accounts.get_mut(&user) {
            guarded.rule = rule;
        }
    }

    /// The account was locked or signed out.
    pub fn release(&mut self, user: UserId) {
        self.accounts.remove(&user);
    }

    /// The person did something in this account. Who comes back too late does not win the time back.
    pub fn touched(&mut self, user: UserId, now: Moment) {
        self.look(now);
        if let Some(guarded) = self.accounts.get_mut(&user)
            && !guarded.is_over(now)
            && !(self.slept && guarded.rule.on_sleep)
        {
            guarded.seen = now;
        }
    }

    /// Time has passed.
    pub fn tick(&mut self, now: Moment) -> Vec<Due> {
        self.look(now);
        let slept = std::mem::take(&mut self.slept);
        self.due(|guarded| guarded.is_over(now) || (slept && guarded.rule.on_sleep))
    }

    /// The system's screen was locked.
    pub fn system_locked(&mut self, now: Moment) -> Vec<Due> {
        self.look(now);
        self.due(|guarded| guarded.rule.on_system_lock || guarded.is_over(now))
    }

    /// The machine is about to sleep, or has just woken.
    pub fn sleeps(&mut self, now: Moment) -> Vec<Due> {
        self.look(now);
        self.due(|guarded| guarded.rule.on_sleep || guarded.is_over(now))
    }

    /// The program ends: every account is at least locked.
    #[must_use]
    pub fn ends(&self) -> Vec<Due> {
        let at_the_end = |guarded: &Guarded| match guarded.rule.lock_after {
            LockAfter::Restart => guarded.rule.then,
            LockAfter::Minutes(_) | LockAfter::Never => TimeoutAction::Lock,
        };
        let accounts = self.accounts.iter();
        accounts.map(|(user, guarded)| Due { user: *user, action: at_the_end(guarded) }).collect()
    }

    fn due(&self, is_due: impl Fn(&Guarded) -> bool) -> Vec<Due> {
        let accounts = self.accounts.iter().filter(|(_, guarded)| is_due(guarded));
        accounts.map(|(user, guarded)| Due { user: *user, action: guarded.rule.then }).collect()
    }

    /// Compares the clocks with those of the last look.
    fn look(&mut self, now: Moment) {
        let steady = now.steady.saturating_sub(self.last.steady);
        let wall = now.wall.saturating_sub(self.last.wall);
        self.slept |= wall > steady.saturating_add(JUMP) || steady > SILENCE;
        self.last = now;
    }
}

impl Guarded {
    fn is_over(&self, now: Moment) -> bool {
        is_over(&self.rule, now.since(self.seen))
    }
}

/// Whether `idle` is longer than the rule allows.
pub(super) fn is_over(rule: &SecuritySettings, idle: Duration) -> bool {
    match rule.lock_after {
        LockAfter::Minutes(minutes) => idle >= Duration::from_mins(u64::from(minutes.max(1))),
        LockAfter::Restart | LockAfter::Never => false,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const ANN: UserId = UserId(Uuid::from_u128(1));
    const BOB: UserId = UserId(Uuid::from_u128(2));

    fn at(steady: u64, wall: u64) -> Moment {
        let (steady, wall) = (Duration::from_secs(steady), Duration::from_secs(1_000_000 + wall));
        Moment { steady, wall }
    }

    fn both(seconds: u64) -> Moment {
        at(seconds, seconds)
    }

    fn rule(lock_after: LockAfter) -> SecuritySettings {
        let quiet =
            SecuritySettings { on_system_lock: false, on_sleep: false, ..Default::default() };
        SecuritySettings { lock_after, ..quiet }
    }

    fn lock(user: UserId) -> Due {
        Due { user, action: TimeoutAction::Lock }
    }

    /// Ticks as a program does, and tells when something was due.
    fn first_due(watch: &mut Watch, from: u64, to: u64) -> Option<(u64, Vec<Due>)> {
        (from..=to).step_by(10).find_map(|second| {
            let due = watch.tick(both(second));
            (!due.is_empty()).then_some((second, due))
        })
    }

    #[test]
    fn time_runs_from_the_last_sign_of_the_person() {
        let mut watch = Watch::new(both(0));
        watch.guard(ANN, rule(LockAfter::Minutes(5)), both(0));
        assert_eq!(first_due(&mut watch, 10, 200), None);
        watch.touched(ANN, both(200));
        assert_eq!(first_due(&mut watch, 210, 490), None);
        assert_eq!(first_due(&mut watch, 500, 600), Some((500, vec![lock(ANN)])));
        assert_eq!(watch.tick(both(510)), [lock(ANN)], "until it is done");
        watch.release(ANN);
        assert_eq!(watch.tick(both(520)), []);
    }

    #[test]
    fn what_is_done_in_one_account_gives_another_no_time() {
        let mut watch = Watch::new(both(0));
        watch.guard(ANN, rule(LockAfter::Minutes(1)), both(0));
        watch.guard(BOB, rule(LockAfter::Minutes(1)), both(0));
        watch.touched(ANN, both(50));
        assert_eq!(first_due(&mut watch, 51, 100), Some((61, vec![lock(BOB)])));
    }

    #[test]
    fn restart_and_never_do_not_run_out_and_end_with_the_program() {
        let mut watch = Watch::new(both(0));
        let leaving = SecuritySettings { then: TimeoutAction::SignOut, ..rule(LockAfter::Restart) };
        watch.guard(ANN, leaving.clone(), both(0));
        watch.guard(BOB, SecuritySettings { lock_after: LockAfter::Never, ..leaving }, both(0));
        assert_eq!(first_due(&mut watch, 10, 100_000), None);
        let mut ends = watch.ends();
        ends.sort_by_key(|due| due.user);
        let out = Due { user: ANN, action: TimeoutAction::SignOut };
        assert_eq!(ends, [out, lock(BOB)]);
    }

    #[test]
    fn the_system_lock_and_sleep_count_for_those_who_want_them() {
        let mut watch = Watch::new(both(0));
        let never = rule(LockAfter::Never);
        watch.guard(ANN, SecuritySettings { on_system_lock: true, ..never.clone() }, both(0));
        watch.guard(BOB, SecuritySettings { on_sleep: true, ..never }, both(0));
        assert_eq!(watch.system_locked(both(1)), [lock(ANN)]);
        assert_eq!(watch.sleeps(both(2)), [lock(BOB)]);
        assert_eq!(watch.tick(both(3)), []);
    }

    #[test]
    fn a_sleep_nobody_announced_is_found_by_the_clocks() {
        // Linux and macOS: the steady clock stood still. Windows: both ran on, and nobody looked.
        for woken in [at(20, 8 * 3600), both(8 * 3600)] {
            let mut watch = Watch::new(both(0));
            watch.guard(ANN, SecuritySettings::default(), both(0));
            watch.guard(BOB, rule(LockAfter::Never), both(0));
            assert_eq!(watch.tick(both(10)), []);
            // Moving the mouse wakes the machine, and is the first that is heard.
            watch.touched(ANN, woken);
            assert_eq!(watch.tick(woken), [lock(ANN)], "{woken:?}");
        }
    }

    #[test]
    fn sleep_counts_as_time_for_those_who_do_not_lock_by_it() {
        let mut watch = Watch::new(both(0));
        watch.guard(ANN, rule(LockAfter::Minutes(60)), both(0));
        assert_eq!(watch.tick(at(10, 1800)), []);
        watch.touched(ANN, at(20, 3700));
        assert_eq!(watch.tick(at(30, 3710)), [lock(ANN)], "the touch came too late");
    }

    #[test]
    fn a_clock_that_is_set_back_gives_no_time_and_does_no_harm() {
        let mut watch = Watch::new(at(0, 100_000));
        watch.guard(ANN, SecuritySettings::default(), at(0, 100_000));
        for second in (10..900).step_by(10) {
            assert_eq!(watch.tick(at(second, second)), [], "{second}");
        }
        assert_eq!(watch.tick(at(900, 900)), [lock(ANN)]);
    }

    #[test]
    fn other_rules_count_the_time_that_has_passed() {
        let mut watch = Watch::new(both(0));
        watch.guard(ANN, rule(LockAfter::Minutes(60)), both(0));
        assert_eq!(first_due(&mut watch, 10, 300), None);
        watch.change(ANN, rule(LockAfter::Minutes(5)));
        assert_eq!(watch.tick(both(310)), [lock(ANN)]);
        watch.change(BOB, rule(LockAfter::Minutes(1)));
        assert_eq!(watch.tick(both(320)), [lock(ANN)], "nobody who is not open");
    }
}
