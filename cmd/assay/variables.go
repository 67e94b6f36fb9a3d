package main

// The environment variables of API keys. No flag takes a key: other users of the
// machine can read command lines.
const (
	keyVariable       = "ASSAY_APIKEY"
	otherKeyVariable  = "ASSAY_OTHER_APIKEY"
	deniedKeyVariable = "ASSAY_DENIED_APIKEY"
)

// defaultControl is the default address of the control plane.
const defaultControl = "127.0.0.1:8081"
