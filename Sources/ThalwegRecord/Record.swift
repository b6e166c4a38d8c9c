/// Records of a run.
