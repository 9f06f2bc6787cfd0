//! The JavaScript face of the engine.
