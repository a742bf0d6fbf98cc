package deploy

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// awsAccount asks AWS with the credentials of the machine.
type awsAccount struct{}

// globalRegion is the Region in which AWS signs requests to global services.
const globalRegion = "us-east-1"

func configFor(ctx context.Context, region string) (aws.Config, error) {
	return config.LoadDefaultConfig(ctx, config.WithRegion(region))
}

func (awsAccount) identity(ctx context.Context) (string, error) {
	cfg, err := configFor(ctx, globalRegion)
	if err != nil {
		return "", err
	}
	out, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.Account), nil
}

func (awsAccount) hasBucket(ctx context.Context, bucket, region string) (bool, error) {
	cfg, err := configFor(ctx, region)
	if err != nil {
		return false, err
	}
	_, err = s3.NewFromConfig(cfg).HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &bucket})
	var response *awshttp.ResponseError
	if errors.As(err, &response) && response.HTTPStatusCode() == http.StatusNotFound {
		return false, nil
	}
	return err == nil, err
}

func (awsAccount) zoneServers(ctx context.Context, domain string) ([]string, error) {
	cfg, err := configFor(ctx, globalRegion)
	if err != nil {
		return nil, err
	}
	client := route53.NewFromConfig(cfg)
	list, err := client.ListHostedZonesByName(ctx, &route53.ListHostedZonesByNameInput{DNSName: &domain})
	if err != nil {
		return nil, err
	}
	for _, zone := range list.HostedZones { // sorted from the domain's name on
		if strings.TrimSuffix(aws.ToString(zone.Name), ".") != domain || zone.Config != nil && zone.Config.PrivateZone {
			continue
		}
		found, err := client.GetHostedZone(ctx, &route53.GetHostedZoneInput{Id: zone.Id})
		if err != nil {
			return nil, err
		}
		return found.DelegationSet.NameServers, nil
	}
	return nil, nil
}

func (awsAccount) resolvedServers(ctx context.Context, domain string) ([]string, error) {
	records, err := net.DefaultResolver.LookupNS(ctx, domain)
	var names []string
	for _, r := range records {
		names = append(names, r.Host)
	}
	return names, err
}

func (awsAccount) concurrency(ctx context.Context, region string) (int, error) {
	cfg, err := configFor(ctx, region)
	if err != nil {
		return 0, err
	}
	out, err := lambda.NewFromConfig(cfg).GetAccountSettings(ctx, &lambda.GetAccountSettingsInput{})
	if err != nil {
		return 0, err
	}
	return int(out.AccountLimit.ConcurrentExecutions), nil
}
