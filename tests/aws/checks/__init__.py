"""What the stub promises, asked by botocore, as any client would. Each check is a function, which a Rust test runs by name."""
