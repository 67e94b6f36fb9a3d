package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"

	"example.com/assay/internal/textfile"
)

// clientTLS returns how a client connects by HTTPS: what it trusts besides the
// certificates of the machine, and its own certificate, if files name them.
func clientTLS(caFile, cert, key string) (*tls.Config, error) {
	certificates, err := keyPair("client", cert, key)
	cfg := &tls.Config{MinVersion: tls.VersionTLS12, Certificates: certificates}
	if err != nil || caFile == "" {
		return cfg, err
	}
	data, err := os.ReadFile(caFile) //nolint:gosec // the user's own file
	if err != nil {
		return nil, fmt.Errorf("--ca-file: %w", err)
	}
	if data, err = textfile.Decode(caFile, data); err != nil {
		return nil, fmt.Errorf("--ca-file: %w", err)
	}
	if cfg.RootCAs, err = x509.SystemCertPool(); err != nil {
		cfg.RootCAs = x509.NewCertPool()
	}
	if !cfg.RootCAs.AppendCertsFromPEM(data) {
		return nil, fmt.Errorf("--ca-file: no PEM certificates in %s", caFile)
	}
	return cfg, nil
}

// keyPair loads the files of the flags --NAME-cert and --NAME-key, if they are set.
func keyPair(name, cert, key string) ([]tls.Certificate, error) {
	switch {
	case cert == "" && key == "":
		return nil, nil
	case cert == "" || key == "":
		return nil, fmt.Errorf("--%s-cert and --%[1]s-key: only one is set; use both", name)
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, fmt.Errorf("--%s-cert and --%[1]s-key: %w", name, err)
	}
	return []tls.Certificate{pair}, nil
}
