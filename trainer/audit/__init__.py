"""The audit log: who did what to whom and when, chained by hashes: no row is changed or taken out unseen."""
