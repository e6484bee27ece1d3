//go:build !unix

package record

import "os"

// release does nothing where nothing is mapped.
func release([]byte) {}

// MapFile reads a file into memory.
func MapFile(path string) (content []byte, unmap func() error, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	return readWhole(f)
}
