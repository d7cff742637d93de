/// The columns of the core dictionary, in its order.
enum FeatureColumn: Int, CaseIterable {
  case eventCount, recencyDays, spanDays, gapMedian, burstiness
  case weekendShare, nightShare, businessShare, hourConcentration, meanHour
  case distinctItems, itemRepeatRatio
  case sharePageView, shareClick, shareSearch, shareFilter, shareDownload, shareApply, shareSave, shareMessage
  case clickCount, searchCount, searchResultsMean, viewSecondsMean, goalCount, searchRefineRate
  case eventsLast7Days, eventsPrevious7Days, engagementRaw
  case activeDays, activityRatio, busiestDayEvents, longestStreakDays, currentStreakDays
  case sessionCount, eventsPerSession, sessionDurationMean, sessionDurationMedian, sessionDurationMaximum
  case bounceRate, itemsPerSession, conversionRate, returnGapMean, returnGapVariation
  case hourEntropy, distinctTypes, typeEntropy, distinctCategories, categoryEntropy, topCategoryShare
  case momentum, engagementScore
}
