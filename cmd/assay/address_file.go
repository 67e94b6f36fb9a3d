package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"example.com/assay/mockserver"
)

// addressFile is the name of a file with the URLs of a process, one line a listener:
// its kind, a space, its URL. The file exists while the process listens, and stays
// only if the process is killed. The empty name stands for no file.
type addressFile string

// clear removes the file of an earlier process, but no other file.
func (f addressFile) clear() error {
	if f == "" {
		return nil
	}
	content, err := os.ReadFile(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("--address-file: %w", err)
	}
	if len(content) > 0 && !strings.HasPrefix(string(content), "api http") {
		return fmt.Errorf("--address-file: %s is not an address file; remove it or choose another name", f)
	}
	return os.Remove(string(f))
}

// write creates the file with all of its lines at once.
func (f addressFile) write(server *mockserver.Server) error {
	if f == "" {
		return nil
	}
	var lines strings.Builder
	fmt.Fprintf(&lines, "api %s\n", server.URL())
	if url := server.ControlURL(); url != "" {
		fmt.Fprintf(&lines, "control %s\n", url)
	}
	for _, region := range server.Regions() {
		fmt.Fprintf(&lines, "api.%s %s\n", region, server.RegionURL(region))
	}
	temporary, err := os.CreateTemp(filepath.Dir(string(f)), ".address-*")
	if err != nil {
		return fmt.Errorf("--address-file: %w", err)
	}
	_, err = temporary.WriteString(lines.String())
	err = errors.Join(err, temporary.Chmod(0o644), temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), string(f))
	}
	if err != nil {
		return fmt.Errorf("--address-file: %w", errors.Join(err, os.Remove(temporary.Name())))
	}
	return nil
}

// remove deletes the file. A file that is already gone is no error.
func (f addressFile) remove() {
	if f != "" {
		_ = os.Remove(string(f))
	}
}
