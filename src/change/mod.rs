//! What is there × what should be → changes.
