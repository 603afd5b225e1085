//! The pipeline model: what AWS will be told.
