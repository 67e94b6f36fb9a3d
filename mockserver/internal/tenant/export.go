package tenant

import "errors"

// Export returns the institution as it is now as a fixture file.
func (in *Institution) Export() ([]byte, error) { return nil, errors.New("not exported yet") }

// Export returns the snapshot with the name as a fixture file.
func (r *Registry) Export(name string) ([]byte, error) { return nil, errors.New("not exported yet") }
