package estimate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// priceList is where AWS publishes its price list, without credentials:
// https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-the-aws-price-list-bulk-api-fetching-price-list-files-manually.html
const priceList = "https://pricing.us-east-1.amazonaws.com"

// usage says where a price is in AWS's price list.
type usage struct {
	// Service is the code of the service, such as AmazonDynamoDB.
	Service string
	// Type is the usage type without the code of the Region, such as ReadRequestUnits.
	Type string
	// Per is the number of units that the quote's price is for, such as 1,000,000 requests.
	Per float64
}

// offer has the members that are read of a price list file.
type offer struct {
	PublicationDate time.Time `json:"publicationDate"`
	Products        map[string]struct {
		Attributes struct {
			UsageType string `json:"usagetype"`
		} `json:"attributes"`
	} `json:"products"`
	Terms struct {
		OnDemand map[string]map[string]struct {
			PriceDimensions map[string]struct {
				BeginRange   string            `json:"beginRange"`
				PricePerUnit map[string]string `json:"pricePerUnit"`
			} `json:"priceDimensions"`
		} `json:"OnDemand"`
	} `json:"terms"`
}

// usd returns the price of a unit of a usage type in US dollars: the first tier that is not
// free. A price of 0 means that the file does not have one.
func (o offer) usd(usageType string) (float64, error) {
	usd, first := 0.0, math.Inf(1)
	for sku, product := range o.Products {
		if t := product.Attributes.UsageType; t != usageType && !strings.HasSuffix(t, "-"+usageType) {
			continue
		}
		for _, term := range o.Terms.OnDemand[sku] {
			for _, tier := range term.PriceDimensions {
				price, err := strconv.ParseFloat(tier.PricePerUnit["USD"], 64)
				if err != nil {
					return 0, fmt.Errorf("price of %s: %w", product.Attributes.UsageType, err)
				}
				begin := 0.0
				if tier.BeginRange != "" {
					if begin, err = strconv.ParseFloat(tier.BeginRange, 64); err != nil {
						return 0, fmt.Errorf("tier of %s: %w", product.Attributes.UsageType, err)
					}
				}
				if price > 0 && begin < first {
					usd, first = price, begin
				}
			}
		}
	}
	return usd, nil
}

// ComparePrices compares the prices of prices.json with AWS's price list, and prints those
// that differ, that the list does not have, and that must be compared by hand. from is an
// address or a folder with the published files, offers/v1.0/aws/SERVICE/current/REGION/index.json
// below it; empty is AWS's address. It returns an error if a price differs or is missing.
func ComparePrices(ctx context.Context, from string, out io.Writer) error {
	quotes, err := readPrices(pricesFile)
	if err != nil {
		return err
	}
	return comparePrices(ctx, quotes, from, out)
}

func comparePrices(ctx context.Context, quotes []quote, from string, out io.Writer) error {
	if from == "" {
		from = priceList
	}
	offers, wrong := map[string]offer{}, 0
	for _, q := range quotes {
		if q.Usage == nil {
			fmt.Fprintf(out, "by hand  %s: compare it with %s\n", q.Name, q.Source)
			continue
		}
		for _, region := range slices.Sorted(maps.Keys(q.USD)) {
			published := region
			if region == "*" {
				published = "us-east-1"
			}
			name := "offers/v1.0/aws/" + q.Usage.Service + "/current/" + published + "/index.json"
			if _, ok := offers[name]; !ok {
				o, err := readOffer(ctx, from, name)
				if err != nil {
					return err
				}
				offers[name] = o
			}
			usd, err := offers[name].usd(q.Usage.Type)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			usd *= q.Usage.Per
			switch ours := q.USD[region]; {
			case usd == 0:
				wrong++
				fmt.Fprintf(out, "missing  %s in %s: %s has no price of %s\n", q.Name, region, name, q.Usage.Type)
			case math.Abs(usd-ours) > ours*1e-6:
				wrong++
				fmt.Fprintf(out, "differs  %s in %s: %v US dollars, and %v in the list of %s: change prices.json, and its date\n",
					q.Name, region, ours, float64(int64(usd*1e9+0.5))/1e9, offers[name].PublicationDate.Format(time.DateOnly))
			default:
				fmt.Fprintf(out, "agrees   %s in %s\n", q.Name, region)
			}
		}
	}
	if wrong > 0 {
		return fmt.Errorf("%d prices differ from AWS's list, or are not in it", wrong)
	}
	return nil
}

// readOffer reads a file of the price list below an address or a folder.
func readOffer(ctx context.Context, from, name string) (offer, error) {
	var o offer
	body, err := openOffer(ctx, from, name)
	if err != nil {
		return o, fmt.Errorf("price list: %w: download the files into a folder, and name it with -from", err)
	}
	defer body.Close()
	if err := json.NewDecoder(body).Decode(&o); err != nil {
		return o, fmt.Errorf("price list: %s: %w", name, err)
	}
	if o.PublicationDate.IsZero() || len(o.Products) == 0 {
		return o, fmt.Errorf("price list: %s has no publicationDate or no products", name)
	}
	return o, nil
}

func openOffer(ctx context.Context, from, name string) (io.ReadCloser, error) {
	if !strings.HasPrefix(from, "https://") && !strings.HasPrefix(from, "http://") {
		return os.Open(filepath.Join(from, filepath.FromSlash(name)))
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(from, "/")+"/"+name, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode == http.StatusNotFound {
		err = fs.ErrNotExist
	} else if response.StatusCode != http.StatusOK {
		err = errors.New(response.Status)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", request.URL, err), response.Body.Close())
	}
	return response.Body, nil
}

// priceAge is the age from which a price is reported as old.
const priceAge = 180 * 24 * time.Hour

// warnOfOldPrices reports the prices that were entered too long ago.
func warnOfOldPrices(quotes []quote, now time.Time, out io.Writer) {
	var old []string
	for _, q := range quotes {
		if date, err := time.Parse(time.DateOnly, q.Date); err != nil || now.Sub(date) > priceAge {
			old = append(old, q.Name+" ("+q.Date+")")
		}
	}
	if len(old) > 0 {
		fmt.Fprintf(out, "\nWarning: prices are older than %.0f days: %s. Compare them with 'go tool mage infra:prices', and set their dates in prices.json.\n",
			priceAge.Hours()/24, strings.Join(old, ", "))
	}
}
