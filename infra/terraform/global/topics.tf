# A topic for alarms in each Region, because an alarm cannot notify a topic in another
# Region.

locals {
  publishers = ["budgets.amazonaws.com", "cloudwatch.amazonaws.com"]

  subscriptions = merge([
    for pair in setproduct(local.regions, local.settings.alarms.emails) : { "${pair[0]}/${pair[1]}" = { region = pair[0], email = pair[1] } }
  ]...)
}

resource "aws_sns_topic" "alarms" {
  for_each = local.regions
  region   = each.key

  name              = module.settings.names.topic
  display_name      = "${module.settings.system.title} ${var.environment} ${each.key}"
  kms_master_key_id = local.key_arns[each.key]
}

data "aws_iam_policy_document" "topic" {
  for_each = local.regions

  statement {
    sid       = "Publish"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alarms[each.key].arn]

    principals {
      type        = "Service"
      identifiers = local.publishers
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

resource "aws_sns_topic_policy" "alarms" {
  for_each = local.regions
  region   = each.key

  arn    = aws_sns_topic.alarms[each.key].arn
  policy = data.aws_iam_policy_document.topic[each.key].json
}

# Each address confirms once for each Region.
resource "aws_sns_topic_subscription" "email" {
  for_each = local.subscriptions
  region   = each.value.region

  topic_arn = aws_sns_topic.alarms[each.value.region].arn
  protocol  = "email"
  endpoint  = each.value.email
}
