package chain

import (
	"errors"
	"testing"
)

func TestAHashKeepsFieldsApart(t *testing.T) {
	seen := map[string]string{}
	for name, hash := range map[string]string{
		"none": Hash(), "a b": Hash("a", "b"), "ab": Hash("ab"), "ab and nothing": Hash("ab", ""), "nothing and ab": Hash("", "ab"),
		"quoted": Hash(`a","b`), "a number": Hash(1), "its text": Hash("1"), "two numbers": Hash(1, 1), "eleven": Hash(11),
	} {
		if other, clash := seen[hash]; clash || len(hash) != 64 {
			t.Errorf("%s is hashed as %s: %s", name, other, hash)
		}
		seen[hash] = name
	}
	// Hashes are kept for ever: this is that of [1,"","id",5].
	if got, want := Hash(1, "", "id", 5), "4924adafea2d75c4ae670b079f7686a52cc3415f08f0463b8ea8d9193aeb3e04"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestBatchesGoOnUntilOneIsNotFull(t *testing.T) {
	for _, c := range []struct {
		sizes []int
		want  int
	}{{[]int{0}, 0}, {[]int{3}, 3}, {[]int{5, 5, 2}, 12}, {[]int{5, 0}, 5}} {
		next := 0
		total, err := InBatches(5, func() (int, error) { next++; return c.sizes[next-1], nil })
		if err != nil || total != c.want || next != len(c.sizes) {
			t.Errorf("%v: %d in %d batches, %v", c.sizes, total, next, err)
		}
	}
	broken := errors.New("broken")
	if total, err := InBatches(5, func() (int, error) { return 5, broken }); !errors.Is(err, broken) || total != 5 {
		t.Errorf("a batch that fails: %d, %v", total, err)
	}
}
