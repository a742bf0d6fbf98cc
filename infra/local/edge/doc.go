// Package edge replaces Route 53 in the embedded cloud: latency routing with health
// checks and failover in front of the API gateways of the Regions.
//
// Route 53 resolves a name to the address of the Region with the lowest measured
// latency from the client's network, ignoring Regions whose health check fails.
// Source: "Latency-based routing",
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-latency.html
// Between processes of one machine latency says nothing, so the edge uses
// the great-circle distance from the location in the header X-Client-Location. The
// two mostly agree, but differ where cables do not follow the shortest path.
//
// Unlike DNS, the edge handles every request: it is a reverse proxy without paths
// of its own. It passes requests and responses on unchanged, header names included,
// except for X-Client-Location in the request, and X-Edge-Region in the response, which
// names the Region that responded. It is faster than Route 53, whose clients cache a result for its
// time to live: a change of health applies to the next request, and a request that
// cannot reach its Region counts as a failed check.
package edge
