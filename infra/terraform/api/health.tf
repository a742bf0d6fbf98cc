# The health of the Region. AWS's own evaluation of its endpoint is not enough: it stays
# healthy while every function fails. So each context has its own check through gateway,
# Lambda and DynamoDB, and the Region leaves DNS when any of them fails: half a Region is
# worse for clients than the next Region.

locals {
  health = { for key, f in module.settings.functions : key => f if f.health }

  # A lean environment has no checks: DNS leaves a Region when its record goes, by hand.
  full    = module.settings.lean ? 0 : 1
  checked = { for key, f in local.health : key => f if !module.settings.lean }

  # The Regions from which Route 53 checks; it needs at least three. They are on three
  # continents: an endpoint is healthy while more than 18 % of the checkers reach it, so
  # the network of one continent takes no Region out of DNS. Every checker sends a request
  # in each interval, so more Regions cost more invocations and say no more.
  checkers = ["ap-northeast-1", "eu-west-1", "us-west-2"]
}

resource "aws_route53_health_check" "context" {
  for_each = local.checked

  type              = "HTTPS"
  fqdn              = local.hosts.region
  port              = 443
  enable_sni        = true
  resource_path     = each.value.path
  request_interval  = local.settings.health.intervalSeconds
  failure_threshold = local.settings.health.failures
  regions           = local.checkers

  tags = {
    Name = "${var.environment} ${var.region} ${each.value.context}" # what the console shows
  }

  depends_on = [aws_api_gateway_base_path_mapping.host, aws_route53_record.region]
}

resource "aws_route53_health_check" "region" {
  count              = local.full
  type               = "CALCULATED"
  child_healthchecks = [for c in aws_route53_health_check.context : c.id]

  # All checks must pass. A threshold of one more than there are is never reached, so a
  # drained Region is unhealthy whatever its checks say.
  child_health_threshold = length(local.health) + (local.drained ? 1 : 0)

  tags = {
    Name = "${var.environment} ${var.region}"
  }

  lifecycle {
    precondition {
      condition     = length(local.health) != 0
      error_message = "No context has a health operation, so DNS could never leave a Region. Set 'Health: true' on one."
    }
  }
}

# The canary: a request from outside, from three continents, to the shared name, as a
# client sends it: DNS, its certificate, the firewall and a context. A canary of CloudWatch
# Synthetics could also sign in, and costs 52.56 US dollars a month at a run a minute
# (0.0012 each), a user whose password it knows, and a runtime that AWS retires each year.
# This check is 2.75 and the invocations. The home Region's stack owns it.
resource "aws_route53_health_check" "canary" {
  count = local.page

  type              = "HTTPS"
  fqdn              = local.settings.domain
  port              = 443
  enable_sni        = true
  resource_path     = try(values(local.checked)[0].path, "/")
  request_interval  = 30
  failure_threshold = 3
  regions           = local.checkers

  tags = {
    Name = "${var.environment} from outside"
  }

  depends_on = [aws_api_gateway_base_path_mapping.host, aws_route53_record.latency]
}
