//! The stories: what Wardroom promises, told through core against a fake server that keeps state.

mod layers;
