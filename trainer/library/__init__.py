"""The published content: releases, every version of an item, lesson and course by its hash, what a learner can open."""
