package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// addressFile is the name of the file that says where a process listens, one
// line a listener: its kind, a space, its URL. The file is there while the
// process listens, and at no other time, unless the process was killed. The
// empty name stands for no file.
type addressFile string

// clear removes what an earlier process left. It refuses to remove a file that
// is no address file.
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
		return fmt.Errorf("--address-file: expected no file, or one of an earlier run, got %s with other content; remove it or name another", f)
	}
	return os.Remove(string(f))
}

// write makes the file appear with all of the lines at once.
func (f addressFile) write(lines ...string) error {
	if f == "" {
		return nil
	}
	temporary, err := os.CreateTemp(filepath.Dir(string(f)), ".address-*")
	if err != nil {
		return fmt.Errorf("--address-file: %w", err)
	}
	_, err = temporary.WriteString(strings.Join(lines, "\n") + "\n")
	err = errors.Join(err, temporary.Chmod(0o644), temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), string(f))
	}
	if err != nil {
		return fmt.Errorf("--address-file: %w", errors.Join(err, os.Remove(temporary.Name())))
	}
	return nil
}

// remove takes the file away. That it is gone already is no error.
func (f addressFile) remove() {
	if f != "" {
		_ = os.Remove(string(f))
	}
}
