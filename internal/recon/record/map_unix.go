//go:build unix

package record

import (
	"os"
	"syscall"
)

// release gives back pages that a map has read. That it may not is no reason to fail.
func release(mapped []byte) { _ = syscall.Madvise(mapped, syscall.MADV_DONTNEED) }

// MapFile maps a file into memory. The system reads what is looked at, and takes it away again when memory is short. The content must not be changed, nor looked at after unmap.
func MapFile(path string) (content []byte, unmap func() error, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	if info.Size() == 0 {
		return readWhole(f)
	}
	content, err = syscall.Mmap(int(f.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_PRIVATE)
	if err != nil {
		return nil, nil, os.NewSyscallError("mmap", err)
	}
	return content, func() error { return syscall.Munmap(content) }, nil
}
