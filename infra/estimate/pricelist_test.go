package estimate

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// quotesOf returns prices of DynamoDB and Lambda, of which testdata/pricelist has an
// excerpt in the published format.
func quotesOf(read, invocation float64) []quote {
	return []quote{
		{
			Name: "readPerMillion", USD: map[string]float64{"us-east-1": read},
			Usage: &usage{Service: "AmazonDynamoDB", Type: "ReadRequestUnits", Per: 1e6},
		},
		{
			Name: "lambdaPerMillion", USD: map[string]float64{"*": invocation},
			Usage: &usage{Service: "AWSLambda", Type: "Request-ARM", Per: 1e6},
		},
		{Name: "key", Source: "https://aws.amazon.com/kms/pricing/"},
	}
}

func TestComparePrices(t *testing.T) {
	const byHand = "by hand  key: compare it with https://aws.amazon.com/kms/pricing/\n"
	misspelt := quotesOf(0.125, 0.2)
	misspelt[0].Usage.Type = "ReadUnits"
	for _, test := range []struct {
		name   string
		quotes []quote
		want   string
		fails  bool
	}{
		{
			name: "all agree", quotes: quotesOf(0.125, 0.2),
			want: "agrees   readPerMillion in us-east-1\nagrees   lambdaPerMillion in *\n" + byHand,
		},
		{
			name: "one differs", quotes: quotesOf(0.25, 0.2), fails: true,
			want: "differs  readPerMillion in us-east-1: 0.25 US dollars, and 0.125 in the list of 2026-11-20: " +
				"change prices.json, and its date\nagrees   lambdaPerMillion in *\n" + byHand,
		},
		{
			name: "one is missing", quotes: misspelt, fails: true,
			want: "missing  readPerMillion in us-east-1: offers/v1.0/aws/AmazonDynamoDB/current/us-east-1/index.json " +
				"has no price of ReadUnits\nagrees   lambdaPerMillion in *\n" + byHand,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			err := comparePrices(t.Context(), test.quotes, "testdata/pricelist", &out)
			if (err != nil) != test.fails {
				t.Errorf("got error %v, want one: %v", err, test.fails)
			}
			if diff := cmp.Diff(test.want, out.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestPriceListIsReadFromAnAddress(t *testing.T) {
	server := httptest.NewServer(http.FileServer(http.Dir("testdata/pricelist")))
	defer server.Close()
	var out strings.Builder
	if err := comparePrices(t.Context(), quotesOf(0.125, 0.2), server.URL+"/", &out); err != nil {
		t.Errorf("%v, after\n%s", err, out.String())
	}
	unknown := quotesOf(0.125, 0.2)
	unknown[0].Usage.Service = "AmazonNothing"
	err := comparePrices(t.Context(), unknown, server.URL, &out)
	if err == nil || !strings.Contains(err.Error(), "name it with -from") {
		t.Errorf("a file that is not there: got %v", err)
	}
}

func TestOldPricesAreReported(t *testing.T) {
	quotes := []quote{{Name: "key", Date: "2026-11-28"}, {Name: "secret", Date: "2026-03-01"}}
	for _, test := range []struct {
		name string
		now  time.Time
		want string
	}{
		{
			name: "one is old", now: time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC),
			want: "older than 180 days: secret (2026-03-01). ",
		},
		{
			name: "all are old", now: time.Date(2027, 11, 29, 0, 0, 0, 0, time.UTC),
			want: "key (2026-11-28), secret (2026-03-01). ",
		},
		{name: "no price is old", now: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			warnOfOldPrices(quotes, test.now, &out)
			if !strings.Contains(out.String(), test.want) || test.want == "" && out.String() != "" {
				t.Errorf("got %q, want %q", out.String(), test.want)
			}
		})
	}
}
