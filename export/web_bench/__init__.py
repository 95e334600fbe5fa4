"""What the page costs in a real browser, beside a peer that runs the same model there."""
