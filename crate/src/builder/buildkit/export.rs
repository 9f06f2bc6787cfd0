//! The records of a cache export: one for each op and content of the build, linked by their inputs (BuildKit:
//! `cache/remotecache/v1`, mode `max`).

use super::{
    graph::{Graph, Kind},
    solve::Decision,
};
use crate::{
    builder::{CacheRecord, RecordLink, Status},
    digest::Digest,
};

/// For each input its alternatives: selector and the record linked.
type Inputs = Vec<Vec<(Option<Digest>, usize)>>;

/// A record before its links are numbered by place.
struct Raw {
    digest: Digest,
    inputs: Inputs,
    result: bool,
}

/// The records of the ops that were decided, in the order in which an export lists them.
pub(super) fn records(graph: &Graph, decisions: &[Decision], needed: &[bool]) -> Vec<CacheRecord> {
    let mut raw: Vec<Raw> = Vec::new();
    // The records of contents; each is listed once.
    let mut contents: Vec<usize> = Vec::new();
    // For each op the records that stand for it: where they begin and how many they are.
    let mut places: Vec<(usize, usize)> = Vec::with_capacity(graph.ops.len());
    for ((op, decision), needed) in graph.ops.iter().zip(decisions).zip(needed) {
        let mut inputs: Inputs = Vec::with_capacity(op.inputs.len());
        let left_out = matches!(op.kind, Kind::Context(_))
            || !needed
            || matches!(decision.status, Status::Failed | Status::Skipped);
        if !left_out {
            for (edge, content) in op.inputs.iter().zip(&decision.contents) {
                let (start, count) = places.get(edge.op).copied().unwrap_or_default();
                let mut links = Vec::with_capacity(count + 1);
                for place in start..start + count {
                    links.push((edge.selector, place));
                }
                if let Some(content) = content.filter(|content| content.exact) {
                    let known = contents.iter().find(|&&place| raw[place].digest == content.record);
                    let place = known.copied().unwrap_or(raw.len());
                    if place == raw.len() {
                        contents.push(place);
                        raw.push(Raw { digest: content.record, inputs: Vec::new(), result: false });
                    }
                    links.push((None, place));
                }
                inputs.push(links);
            }
        }
        let start = raw.len();
        // An op that cannot be found again is not exported.
        if !left_out && !inputs.iter().any(Vec::is_empty) {
            let is_source = matches!(op.kind, Kind::Image(_) | Kind::Fetch);
            raw.push(Raw { digest: op.record, inputs, result: !is_source });
            if let Kind::Image(keys) = &op.kind
                && let Some(chain) = keys.chain_record
            {
                raw.push(Raw { digest: chain, inputs: Vec::new(), result: false });
            }
        }
        places.push((start, raw.len() - start));
    }
    finish(raw)
}

/// Leaves out roots that nothing is linked to, merges equal records, sorts, and numbers the links by place.
fn finish(raw: Vec<Raw>) -> Vec<CacheRecord> {
    let mut linked = vec![false; raw.len()];
    for &(_, place) in raw.iter().flat_map(|record| &record.inputs).flatten() {
        linked[place] = true;
    }
    // Links lead backwards, so that what they lead to is merged already.
    let mut merged: Vec<Raw> = Vec::with_capacity(raw.len());
    let mut moved: Vec<usize> = Vec::with_capacity(raw.len());
    for (place, mut record) in raw.into_iter().enumerate() {
        for links in &mut record.inputs {
            for (_, place) in links.iter_mut() {
                *place = moved[*place];
            }
            links.sort_unstable();
            links.dedup();
        }
        let known =
            merged.iter().position(|known| known.digest == record.digest && known.inputs == record.inputs);
        moved.push(known.unwrap_or(merged.len()));
        if known.is_none() && (record.result || linked[place]) {
            merged.push(record);
        }
    }
    let mut order: Vec<usize> = (0..merged.len()).collect();
    order.sort_by(|&left, &right| {
        let (left, right) = (&merged[left], &merged[right]);
        left.digest
            .cmp(&right.digest)
            .then(left.inputs.len().cmp(&right.inputs.len()))
            .then_with(|| shape(&merged, left).cmp(&shape(&merged, right)))
    });
    let mut place = vec![0; merged.len()];
    for (new, &old) in order.iter().enumerate() {
        place[old] = new;
    }
    let mut records = Vec::with_capacity(order.len());
    for old in order {
        let record = &merged[old];
        let mut inputs = Vec::with_capacity(record.inputs.len());
        for links in &record.inputs {
            inputs.push(
                links.iter().map(|&(selector, old)| RecordLink { selector, link: place[old] }).collect(),
            );
        }
        records.push(CacheRecord { digest: record.digest, inputs, result: record.result });
    }
    records
}

/// How many links a record has, and which.
fn shape(merged: &[Raw], record: &Raw) -> (usize, Vec<(Option<Digest>, Digest)>) {
    let mut links = Vec::new();
    for &(selector, place) in record.inputs.iter().flatten() {
        links.push((selector, merged[place].digest));
    }
    (links.len(), links)
}
