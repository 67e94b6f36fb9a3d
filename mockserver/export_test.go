package mockserver

// ShareContract returns the configuration for a server that uses the contract of
// another one, which is most of what it costs to make a server.
func (cfg Config) ShareContract(s *Server) Config {
	cfg.contract = s.contract
	return cfg
}

// StageNames lists what stands around the API, from the outside in.
func (s *Server) StageNames() []string {
	var names []string
	for _, stage := range s.stages() {
		names = append(names, stage.name)
	}
	return names
}
