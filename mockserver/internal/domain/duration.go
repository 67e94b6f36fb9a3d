package domain

import (
	"cmp"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Units of a duration that time.ParseDuration lacks.
var (
	days       = regexp.MustCompile(`^(\d+w)?(\d+d)?(.*)$`)
	isoPattern = regexp.MustCompile(`^P(\d+W)?(\d+D)?(?:T(\d+H)?(\d+M)?(\d+(?:\.\d+)?S)?)?$`)
)

// maxDays is how many days a time.Duration holds.
const maxDays = 106_751

var errTooLong = errors.New("duration out of range")

// ParseDuration reads a duration as time.ParseDuration does, and those with weeks and
// days, such as 7d or 1w2d12h, and those of ISO 8601 without years and months, such as
// P1DT2H. A day has 24 hours.
func ParseDuration(text string) (time.Duration, error) {
	if iso := isoPattern.FindStringSubmatch(text); iso != nil && text != "P" && !strings.HasSuffix(text, "T") {
		text = strings.ToLower(strings.Join(iso[1:], ""))
	}
	parts := days.FindStringSubmatch(text)
	if parts == nil || parts[1]+parts[2] == "" {
		return time.ParseDuration(text)
	}
	count := 0
	for i, each := range []int{7, 1} {
		if part := parts[i+1]; part != "" {
			n, err := strconv.Atoi(part[:len(part)-1])
			if err != nil || n > maxDays {
				return 0, errTooLong
			}
			count += n * each
		}
	}
	rest, err := time.ParseDuration(cmp.Or(parts[3], "0s"))
	switch {
	case err != nil:
		return 0, err
	case count > maxDays || rest < 0 || time.Duration(count)*24*time.Hour+rest < 0:
		return 0, errTooLong
	}
	return time.Duration(count)*24*time.Hour + rest, nil
}
