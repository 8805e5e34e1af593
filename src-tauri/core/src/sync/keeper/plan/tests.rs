use uuid::Uuid;

use super::*;

fn id(number: u128) -> OrganizationId {
    OrganizationId(Uuid::from_u128(number))
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn unreachable() -> Error {
    server::Error::Unreachable.into()
}

#[test]
fn the_list_comes_first_then_each_organization_once_then_they_are_spread_out() {
    let start = Instant::now();
    let mut plan = Plan::new(start);
    assert_eq!(plan.next(start), Next::List);
    plan.listed(start, (0..90).map(id).collect());
    for number in 0..90 {
        assert_eq!(plan.next(start), Next::Count(id(number)));
        assert_eq!(plan.uncounted(), (90 - usize::try_from(number).unwrap(), 90));
        plan.counted(start, id(number));
    }
    assert_eq!(plan.next(start), Next::Wait(Some(start + secs(10))), "15 minutes by 90");
    assert_eq!(
        plan.next(start + secs(10)),
        Next::Count(id(0)),
        "the oldest count is renewed first"
    );
    assert_eq!(plan.next(start + secs(180)), Next::List);
}

#[test]
fn the_client_somebody_looks_at_goes_before_all_others() {
    let start = Instant::now();
    let mut plan = Plan::new(start);
    plan.listed(start, (0..100).map(id).collect());
    plan.look_at(start, Some(id(77)));
    assert_eq!(plan.next(start), Next::Count(id(77)));
    plan.counted(start, id(77));
    assert_eq!(plan.next(start), Next::Count(id(0)), "and once is enough");
    plan.look_at(start + secs(29), Some(id(77)));
    assert_eq!(plan.next(start + secs(29)), Next::Count(id(0)), "a moment ago is fresh");
    plan.look_at(start + secs(30), Some(id(77)));
    assert_eq!(
        plan.next(start + secs(30)),
        Next::List,
        "whoever looks wants to see what is true now"
    );
    plan.listed(start + secs(30), (0..100).map(id).collect());
    assert_eq!(plan.next(start + secs(30)), Next::Count(id(77)));
}

#[test]
fn an_organization_that_was_left_is_not_counted_any_more() {
    let start = Instant::now();
    let mut plan = Plan::new(start);
    plan.listed(start, vec![id(1), id(2)]);
    plan.look_at(start, Some(id(1)));
    plan.listed(start, vec![id(2)]);
    assert_eq!(plan.next(start), Next::Count(id(2)));
    plan.counted(start, id(2));
    assert_eq!(plan.next(start + secs(1)), Next::Wait(Some(start + LIST_EVERY)));
}

#[test]
fn waits_grow_and_end_with_the_first_success() {
    let mut now = Instant::now();
    let mut plan = Plan::new(now);
    let mut waits = Vec::new();
    for _ in 0..9 {
        plan.failed(now, &unreachable());
        let Next::Wait(Some(until)) = plan.next(now) else { panic!("it waits") };
        waits.push(until.duration_since(now).as_secs());
        now = until;
        assert_eq!(plan.next(now), Next::List, "it tries again by itself");
    }
    assert_eq!(waits, [5, 10, 20, 40, 80, 160, 300, 300, 300]);
    plan.listed(now, Vec::new());
    plan.failed(now, &server::Error::Trouble { status: 502 }.into());
    assert_eq!(plan.waits(now), Some((WaitReason::Trouble, Some(now + secs(30)))));
}

#[test]
fn what_the_server_asks_for_is_kept_whatever_else_happens() {
    let now = Instant::now();
    let mut plan = Plan::new(now);
    plan.failed(now, &server::Error::SlowDown { wait_seconds: 60 }.into());
    plan.hold(WaitReason::BatterySaver);
    assert_eq!(plan.waits(now), Some((WaitReason::BatterySaver, None)));
    plan.go_on(now);
    plan.look_at(now, Some(id(1)));
    assert_eq!(plan.next(now + secs(59)), Next::Wait(Some(now + secs(60))));
    assert_eq!(plan.slowed_down(now + secs(59)), Some(secs(1)));
    assert_eq!(plan.next(now + secs(60)), Next::List);
    plan.failed(now, &server::Error::SlowDown { wait_seconds: u64::MAX }.into());
    assert_eq!(plan.slowed_down(now), Some(LONGEST_PAUSE));
}

#[test]
fn going_on_ends_a_wait_for_the_network_at_once() {
    let now = Instant::now();
    let mut plan = Plan::new(now);
    for _ in 0..5 {
        plan.failed(now, &unreachable());
    }
    plan.go_on(now);
    assert_eq!(plan.next(now), Next::List);
    plan.failed(now, &unreachable());
    assert_eq!(plan.waits(now), Some((WaitReason::Offline, Some(now + secs(5)))), "anew");
}
