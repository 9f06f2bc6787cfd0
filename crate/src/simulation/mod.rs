//! Scenarios replayed against one cache: statuses, causes, costs.
