package account

import "context"

// Confirm returns nil where password is the actor's own: other domains ask for it before what must not be done from somebody else's open page. It
// returns unauthenticated for nobody, forbidden for an actor who speaks through a token, invalid with the field password, rate_limited after too
// many wrong ones, and unavailable where too many are hashed.
func (s *Service) Confirm(ctx context.Context, actor Actor, password string) error {
	_, err := s.confirm(ctx, actor, password)
	return err
}
