"""Stand-ins for the parts that are slow or far away."""
