# A table's alarms are in the Region with the metric, and notify that Region's topic. The
# names contain everything, because an e-mail's subject shows the name.

locals {
  topics = {
    for r in local.settings.regions : r => "arn:${local.partition}:sns:${r}:${local.account}:${module.settings.names.topic}"
  }

  links = merge([
    for pair in setproduct(keys(local.tables), local.settings.regions, local.settings.regions) : {
      "${pair[0]}/${pair[1]}/${pair[2]}" = { table = pair[0], from = pair[1], to = pair[2] }
    } if pair[1] != pair[2] && length(setsubtract([pair[1], pair[2]], local.table_regions[pair[0]])) == 0
  ]...)

  # An index is throttled separately: a write that the index cannot accept is refused for
  # the table as well, and the table's own metric does not show it.
  throttled = merge([
    for pair in setproduct(keys(local.tables), local.settings.regions) : {
      for index in concat([""], keys(local.tables[pair[0]].indexes)) :
      join("/", compact([pair[0], pair[1], index])) => { table = pair[0], region = pair[1], index = index }
    } if contains(local.table_regions[pair[0]], pair[1])
  ]...)
}

resource "aws_cloudwatch_metric_alarm" "replication" {
  for_each = module.settings.lean ? {} : local.links
  region   = each.value.from

  alarm_name          = "${var.environment}-${each.value.table}-replication-${each.value.from}-to-${each.value.to}"
  alarm_description   = "Writes to ${each.value.table} in ${each.value.from} arrive late in ${each.value.to}. Readers there see old data; nothing is lost. Runbook: ${module.settings.runbook}#data-replication"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReplicationLatency"
  statistic           = "Average"
  comparison_operator = "GreaterThanThreshold"
  threshold           = local.settings.alarms.replicationMilliseconds
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  treat_missing_data  = "notBreaching" # nothing was written
  alarm_actions       = [local.topics[each.value.from]]
  ok_actions          = [local.topics[each.value.from]]

  dimensions = {
    TableName       = aws_dynamodb_table.table[each.value.table].name
    ReceivingRegion = each.value.to
  }
}

resource "aws_cloudwatch_metric_alarm" "throttles" {
  for_each = module.settings.lean ? {} : local.throttled
  region   = each.value.region

  alarm_name          = "${var.environment}-${join("-", compact([each.value.table, each.value.index]))}-throttles-${each.value.region}"
  alarm_description   = "DynamoDB refuses requests to ${each.value.table} in ${each.value.region}: the table's maximum throughput is reached, or one key is hot. Runbook: ${module.settings.runbook}#data-throttles"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  treat_missing_data  = "notBreaching"
  alarm_actions       = [local.topics[each.value.region]]
  ok_actions          = [local.topics[each.value.region]]

  metric_query {
    id          = "throttles"
    label       = "Throttled requests"
    expression  = "FILL(reads, 0) + FILL(writes, 0)"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { reads = "ReadThrottleEvents", writes = "WriteThrottleEvents" }

    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/DynamoDB"
        metric_name = metric_query.value
        period      = 60
        stat        = "Sum"

        dimensions = merge(
          { TableName = aws_dynamodb_table.table[each.value.table].name },
          each.value.index == "" ? {} : { GlobalSecondaryIndexName = each.value.index },
        )
      }
    }
  }
}
