"""Rules about the order of MIDDLEWARE, and the engine that holds a stack against them."""
