"""HTTP's plumbing, one thing each: bodies, forms, responses, redirects, errors, headers, cross-origin, guards, logs."""
