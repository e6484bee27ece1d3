package demo
import ("testing";"github.com/alexedwards/argon2id")
func TestZZ(t *testing.T){h,_:=argon2id.CreateHash(Password,&argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32});t.Log(h)}
