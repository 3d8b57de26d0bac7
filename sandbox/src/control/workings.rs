//! What people cannot do: faults, switches, the clock.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::asked::Asked;
use super::{Answer, Endpoint, Mistake, Run};
use crate::fault::PlannedFault;
use crate::world::Switches;

/// No clock goes beyond this: ids of messages hold milliseconds in 47 bits.
const END_OF_TIME: DateTime<Utc> = DateTime::from_timestamp(64_060_588_800, 0).unwrap();

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        method: "GET",
        path: "/faults",
        takes: "",
        does: "the faults that have not met all their calls",
        run: Run::Now(faults),
    },
    Endpoint {
        method: "POST",
        path: "/faults",
        takes: "platform, operation, skip?, fault, times?",
        does: "plans a fault",
        run: Run::Now(plan),
    },
    Endpoint {
        method: "DELETE",
        path: "/faults",
        takes: "",
        does: "forgets them",
        run: Run::Now(forget),
    },
    Endpoint {
        method: "GET",
        path: "/switches",
        takes: "",
        does: "how the messengers behave where nobody is sure",
        run: Run::Now(switches),
    },
    Endpoint {
        method: "PUT",
        path: "/switches",
        takes: "any of them",
        does: "sets those that are given, the rest stays",
        run: Run::Now(switch),
    },
    Endpoint {
        method: "GET",
        path: "/clock",
        takes: "",
        does: "what time it is in the sandbox, in milliseconds since 1970",
        run: Run::Now(clock),
    },
    Endpoint {
        method: "POST",
        path: "/clock",
        takes: "advance_ms",
        does: "moves its time on",
        run: Run::Now(advance),
    },
];

#[expect(clippy::unnecessary_wraps, reason = "as all handlers")]
fn faults(asked: &Asked) -> Answer {
    Ok(json!({"faults": asked.world.faults().still_planned()}))
}

fn plan(asked: &Asked) -> Answer {
    let fault: PlannedFault = asked.body()?;
    if let Some(why) = fault.mistake() {
        return Err(Mistake::bad(why));
    }
    asked.world.faults().plan(fault);
    Ok(json!(fault))
}

#[expect(clippy::unnecessary_wraps, reason = "as all handlers")]
fn forget(asked: &Asked) -> Answer {
    Ok(json!({"forgotten": asked.world.faults().clear()}))
}

#[expect(clippy::unnecessary_wraps, reason = "as all handlers")]
fn switches(asked: &Asked) -> Answer {
    Ok(asked.world.look(|state| json!(state.switches)))
}

fn switch(asked: &Asked) -> Answer {
    let given: Map<String, Value> = asked.body()?;
    asked.world.act(|state| {
        let mut all = json!(state.switches);
        if let Value::Object(all) = &mut all {
            all.extend(given);
        }
        let set: Switches = serde_json::from_value(all.clone()).map_err(|why| {
            // The reader of a whole value does not say in which field it stumbled.
            Mistake::bad(wrong_switch(&all).unwrap_or_else(|| why.to_string()))
        })?;
        if let Some(why) = set.mistake() {
            return Err(Mistake::bad(why));
        }
        state.switches = set;
        Ok(json!(state.switches))
    })
}

fn wrong_switch(all: &Value) -> Option<String> {
    all.as_object()?.iter().find_map(|(name, value)| {
        let alone = json!({name.as_str(): value});
        let why = serde_json::from_value::<Switches>(alone).err()?;
        Some(format!("{name}: {why}"))
    })
}

#[expect(clippy::unnecessary_wraps, reason = "as all handlers")]
fn clock(asked: &Asked) -> Answer {
    Ok(json!({"now": asked.world.now().timestamp_millis()}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_ms: u64,
}

fn advance(asked: &Asked) -> Answer {
    let Advance { advance_ms } = asked.body()?;
    let by = i64::try_from(advance_ms).ok().and_then(TimeDelta::try_milliseconds);
    let by = by.filter(|by| {
        asked.world.now().checked_add_signed(*by).is_some_and(|then| then < END_OF_TIME)
    });
    let by = by.ok_or_else(|| {
        Mistake::bad(format!("advance_ms: time ends in the year 4000; given {advance_ms}"))
    })?;
    asked.world.advance(by);
    clock(asked)
}
