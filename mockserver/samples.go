package mockserver

// Sample is a request that works on the server as it stands, to show what the
// server can do.
type Sample struct {
	OperationID string // operationId in the contract
	Summary     string // what the contract calls the operation
	Method      string // HTTP method
	Path        string // with the base path /v5, and IDs of the fixtures
	Key         string // value of the apikey header
	Body        string // JSON, empty if the operation takes none
}

// Credentials are what a complete check of the server needs. A field is empty
// if the fixtures have nothing of the kind.
type Credentials struct {
	Key             string // a valid key
	OtherKey        string // a valid key of another institution, in the same region
	DeniedKey       string // a key of the first institution whose allow list leaves loopback out
	OtherRegionHost string // host, without port, of a region that Key does not belong to
}
