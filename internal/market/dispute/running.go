package dispute

import "context"

// RunningBookings returns, by provider, the bookings of disputes that wait for a decision; of one provider alone where an id is given.
func (s *Service) RunningBookings(ctx context.Context, providerID string) (map[string][]string, error) {
	found, err := collect(s.config.DB.Query(ctx, `SELECT `+columns+` FROM disputes WHERE status IN ('open', 'answered') AND ($1 = '' OR provider_id = $1) ORDER BY created_at, id`,
		providerID))
	if err != nil {
		return nil, err
	}
	running := map[string][]string{}
	for _, d := range found {
		running[d.ProviderID] = append(running[d.ProviderID], d.BookingID)
	}
	return running, nil
}
