package statistics

import (
	"context"
	"strings"
	"sync"

	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/db"
)

// visitKey is what visits are counted by.
type visitKey struct {
	day        schedule.Date
	page       Page
	providerID string // empty for all
}

// counter keeps visits until they are written down.
type counter struct {
	mu     sync.Mutex
	counts map[visitKey]int64
}

// maxCounted bounds what is kept between two flushes: beyond, visits count for the market and no more for a provider.
const maxCounted = 50_000

func (c *counter) add(key visitKey, visits int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.counts == nil {
		c.counts = map[visitKey]int64{}
	}
	c.put(visitKey{key.day, key.page, ""}, visits)
	if key.providerID != "" {
		c.put(key, visits)
	}
}

func (c *counter) put(key visitKey, visits int64) {
	if _, known := c.counts[key]; known || key.providerID == "" || len(c.counts) < maxCounted {
		c.counts[key] += visits
	}
}

func (c *counter) take() map[visitKey]int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	taken := c.counts
	c.counts = nil
	return taken
}

// back puts in again what could not be written.
func (c *counter) back(counts map[visitKey]int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.counts == nil {
		c.counts = counts
		return
	}
	for key, visits := range counts {
		c.put(key, visits)
	}
}

// Visit counts one look at a page; providerID is empty where the page is nobody's. It never fails and never waits for the database.
func (s *Service) Visit(page Page, providerID string) {
	s.visits.add(visitKey{s.today(), page, providerID}, 1)
}

// Flush writes down the visits counted since the last time. What cannot be written is kept for the next time.
func (s *Service) Flush(ctx context.Context) error {
	counted := s.visits.take()
	if len(counted) == 0 {
		return nil
	}
	err := s.config.DB.Tx(ctx, func(tx *db.Tx) error { return addVisits(ctx, tx, counted) })
	if err != nil {
		s.visits.back(counted)
	}
	return err
}

// robots are parts of what programs call themselves that read pages for nobody in particular.
var robots = []string{"bot", "crawl", "spider", "slurp", "preview", "facebookexternalhit", "whatsapp", "headless", "lighthouse", "curl/", "wget/",
	"python-", "go-http-client", "java/", "okhttp", "axios", "monitor", "pingdom", "uptime", "archiver", "scrap"}

// Robot says whether a browser's name is that of a program that reads pages by itself, or none at all. Its visits are not counted.
func Robot(userAgent string) bool {
	name := strings.ToLower(userAgent)
	if len(name) < len("Mozilla/5.0") {
		return true
	}
	for _, part := range robots {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}
