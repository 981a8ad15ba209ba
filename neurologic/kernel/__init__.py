"""What the trusted kernel, `neurologic.proof`, stands on; docs/decisions/kernel.md audits all of it."""
