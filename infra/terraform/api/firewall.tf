# The firewall of the API. What the contract allows passes: rules that inspect what the
# contract leaves open, such as the text of a body, only count. Callers are limited one by
# one, because a mobile carrier puts thousands of them behind one address.

locals {
  # AWS's rules, as they are documented: the part of a request that each inspects, and
  # whether the firewall blocks by it. A test compares both with the contract
  # (infra/provision/firewall_test.go).
  managed = jsondecode(file("${path.module}/managed-rules.json")).groups

  # An address says little about a caller behind a carrier's, so reputation only counts.
  managed_groups = {
    AWSManagedRulesAmazonIpReputationList = 2
    AWSManagedRulesKnownBadInputsRuleSet  = 3 # includes Log4j lookups
    AWSManagedRulesCommonRuleSet          = 4
  }

  blocking_labels = sort(flatten([for g in values(local.managed) : [for r in values(g.rules) : "${g.labels}${r.label}" if r.blocks]]))

  # A change of the rules is rolled out with api.firewall set to count, and blocks when the
  # log of what would be blocked has no client in it.
  blocks = local.settings.api.firewall == "block"

  # A caller is an access token: WAF cannot read the subject in it. A request without a
  # token passes this limit, and so does one with a new invented token, so that the limit
  # of its address applies.
  limits = {
    requests-per-caller  = { priority = 0, limit = module.settings.firewall.caller, key = "CUSTOM_KEYS" }
    requests-per-address = { priority = 1, limit = module.settings.firewall.address, key = "IP" }
  }

  # The document's problem for too many requests. WAF's own responses do not pass the
  # document's templates, and cannot have another media type than application/json.
  throttled = try(jsondecode(replace(
    jsondecode(local.document)["x-amazon-apigateway-gateway-responses"].THROTTLED.responseTemplates["application/json"],
    "$context.error.messageString", "\"The caller or its address sends requests too fast.\"",
  )), {})
  too_many = { for k, v in local.throttled : k => v if k != "requestId" }
}

resource "aws_wafv2_web_acl" "api" {
  #checkov:skip=CKV_AWS_192: AWSManagedRulesKnownBadInputsRuleSet is one of the rules; the check does not read a list of rules.
  count  = local.full
  region = var.region

  name        = "${module.settings.system.name}-${var.environment}"
  description = "${module.settings.system.title} ${var.environment} in ${var.region}"
  scope       = "REGIONAL"

  default_action {
    allow {}
  }

  custom_response_body {
    key          = "too-many-requests"
    content      = jsonencode(local.too_many)
    content_type = "APPLICATION_JSON"
  }

  dynamic "rule" {
    for_each = local.limits

    content {
      name     = rule.key
      priority = rule.value.priority

      action {
        dynamic "block" {
          for_each = local.blocks ? [true] : []

          content {
            custom_response {
              response_code            = 429
              custom_response_body_key = "too-many-requests"

              response_header {
                name  = "Retry-After"
                value = tostring(module.settings.firewall.window)
              }
            }
          }
        }

        dynamic "count" {
          for_each = local.blocks ? [] : [true]

          content {}
        }
      }

      statement {
        rate_based_statement {
          limit                 = rule.value.limit
          evaluation_window_sec = module.settings.firewall.window
          aggregate_key_type    = rule.value.key

          dynamic "custom_key" {
            for_each = rule.value.key == "CUSTOM_KEYS" ? [true] : []

            content {
              header {
                name = "authorization"

                text_transformation {
                  priority = 0
                  type     = "NONE"
                }
              }
            }
          }
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = rule.key
        sampled_requests_enabled   = true
      }
    }
  }

  # The groups count and label. So a rule that AWS adds to a group counts until it is in
  # managed-rules.json, and a rule that counts does not keep later ones from being
  # evaluated.
  dynamic "rule" {
    for_each = local.managed_groups

    content {
      name     = rule.key
      priority = rule.value

      override_action {
        count {}
      }

      statement {
        managed_rule_group_statement {
          vendor_name = "AWS"
          name        = rule.key

          dynamic "rule_action_override" {
            for_each = local.managed[rule.key].rules

            content {
              name = rule_action_override.key

              action_to_use {
                count {}
              }
            }
          }
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = rule.key
        sampled_requests_enabled   = true
      }
    }
  }

  # API Gateway turns a block into the document's response WAF_FILTERED, a problem.
  rule {
    name     = "attacks"
    priority = 5

    action {
      dynamic "block" {
        for_each = local.blocks ? [true] : []

        content {}
      }

      dynamic "count" {
        for_each = local.blocks ? [] : [true]

        content {}
      }
    }

    statement {
      or_statement {
        dynamic "statement" {
          for_each = local.blocking_labels

          content {
            label_match_statement {
              scope = "LABEL"
              key   = statement.value
            }
          }
        }
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "attacks"
      sampled_requests_enabled   = true
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = "${module.settings.system.name}-${var.environment}"
    sampled_requests_enabled   = true
  }
}

resource "aws_wafv2_web_acl_association" "api" {
  count  = local.full
  region = var.region

  resource_arn = aws_api_gateway_stage.api.arn
  web_acl_arn  = aws_wafv2_web_acl.api[0].arn
}

resource "aws_wafv2_web_acl_logging_configuration" "api" {
  count  = local.full
  region = var.region

  resource_arn            = aws_wafv2_web_acl.api[0].arn
  log_destination_configs = [aws_cloudwatch_log_group.firewall[0].arn]

  redacted_fields {
    single_header {
      name = "authorization"
    }
  }

  # The access log already has the requests that passed.
  logging_filter {
    default_behavior = "DROP"

    filter {
      behavior    = "KEEP"
      requirement = "MEETS_ANY"

      condition {
        action_condition {
          action = "BLOCK"
        }
      }

      condition {
        action_condition {
          action = "COUNT"
        }
      }
    }
  }
}
