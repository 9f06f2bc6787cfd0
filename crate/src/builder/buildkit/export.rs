//! The records of a cache export: one for each op and content of the build, linked by their inputs (BuildKit:
//! `cache/remotecache/v1`, mode `max`).

use super::{
    graph::{Graph, Kind},
    solve::{Decision, content_record, record},
};
use crate::{
    builder::{CacheRecord, RecordLink, Status},
    digest::Digest,
    map::Map,
};

/// For each input its alternatives: selector and the record linked.
type Inputs = Vec<Vec<(Option<Digest>, usize)>>;

/// A record before its links are numbered by place.
#[derive(Default)]
struct Raw {
    digest: Option<Digest>,
    inputs: Inputs,
    result: bool,
}

/// The records of the ops that were decided, in the order in which an export lists them.
pub(super) fn records(graph: &Graph, decisions: &[Decision], needed: &[bool]) -> Vec<CacheRecord> {
    let mut raw: Vec<Raw> = Vec::new();
    let mut contents: Map<Digest, usize> = Map::new();
    // For each op the records that stand for it.
    let mut places: Vec<Vec<usize>> = Vec::with_capacity(graph.ops.len());
    for (id, op) in graph.ops.iter().enumerate() {
        let decision = decisions.get(id).filter(|decision| {
            needed.get(id).copied().unwrap_or(false)
                && !matches!(decision.status, Status::Failed | Status::Skipped)
        });
        let Some(decision) = decision else {
            places.push(Vec::new());
            continue;
        };
        let root = |digest: Digest, result| Raw { digest: Some(record(digest)), inputs: Vec::new(), result };
        match &op.kind {
            Kind::Context(_) => places.push(Vec::new()),
            Kind::Image(keys) => {
                let digests = [Some(keys.manifest), keys.chain];
                places.push(add(&mut raw, digests.into_iter().flatten().map(|digest| root(digest, false))));
            }
            Kind::Fetch => places.push(add(&mut raw, [root(op.digest, false)])),
            _ => {
                let mut inputs = Vec::with_capacity(op.inputs.len());
                for (number, edge) in op.inputs.iter().enumerate() {
                    let known = places.get(edge.op).into_iter().flatten();
                    let mut links: Vec<_> = known.map(|&place| (edge.selector, place)).collect();
                    let content = decision.contents.get(number).copied().flatten();
                    if let Some(content) = content.filter(|content| content.exact) {
                        let digest = content_record(content.digest);
                        let place = *contents.get_or_insert_with(digest, || {
                            raw.push(Raw { digest: Some(digest), ..Raw::default() });
                            raw.len() - 1
                        });
                        links.push((None, place));
                    }
                    inputs.push(links);
                }
                // An op that cannot be found again is not exported.
                if inputs.iter().any(Vec::is_empty) {
                    places.push(Vec::new());
                } else {
                    places.push(add(&mut raw, [Raw { inputs, ..root(op.digest, true) }]));
                }
            }
        }
    }
    finish(raw)
}

fn add(raw: &mut Vec<Raw>, records: impl IntoIterator<Item = Raw>) -> Vec<usize> {
    let start = raw.len();
    raw.extend(records);
    (start..raw.len()).collect()
}

/// Leaves out roots that nothing is linked to, merges equal records, sorts, and numbers the links by place.
fn finish(raw: Vec<Raw>) -> Vec<CacheRecord> {
    let mut linked = vec![false; raw.len()];
    for place in raw.iter().flat_map(|record| &record.inputs).flatten().map(|&(_, place)| place) {
        linked[place] = true;
    }
    // Links lead backwards, so that what they lead to is merged already.
    let mut merged: Vec<Raw> = Vec::with_capacity(raw.len());
    let mut known: Map<(Digest, Inputs), usize> = Map::new();
    let mut moved: Vec<Option<usize>> = Vec::with_capacity(raw.len());
    for (place, mut record) in raw.into_iter().enumerate() {
        let Some(digest) = record.digest.filter(|_| record.result || linked[place]) else {
            moved.push(None);
            continue;
        };
        for links in &mut record.inputs {
            for (_, place) in links.iter_mut() {
                *place = moved.get(*place).copied().flatten().unwrap_or(*place);
            }
            links.sort_unstable();
            links.dedup();
        }
        let next = merged.len();
        let at = *known.get_or_insert_with((digest, record.inputs.clone()), || next);
        if at == next {
            merged.push(record);
        }
        moved.push(Some(at));
    }
    let mut order: Vec<usize> = (0..merged.len()).collect();
    let shape = |at: usize| {
        let record = &merged[at];
        let links = record.inputs.iter().map(Vec::len).sum::<usize>();
        let first: Vec<(Option<Digest>, Option<Digest>)> = record
            .inputs
            .iter()
            .flatten()
            .map(|&(selector, place)| (selector, merged.get(place).and_then(|linked| linked.digest)))
            .collect();
        (record.digest, record.inputs.len(), links, first)
    };
    order.sort_by_cached_key(|&at| shape(at));
    let mut place = vec![0; merged.len()];
    for (new, &old) in order.iter().enumerate() {
        place[old] = new;
    }
    let build = |&old: &usize| {
        let record = merged.get(old)?;
        let inputs = record.inputs.iter().map(|links| {
            let link = |&(selector, old): &(Option<Digest>, usize)| RecordLink { selector, link: place[old] };
            links.iter().map(link).collect()
        });
        Some(CacheRecord { digest: record.digest?, inputs: inputs.collect(), result: record.result })
    };
    order.iter().filter_map(build).collect()
}
