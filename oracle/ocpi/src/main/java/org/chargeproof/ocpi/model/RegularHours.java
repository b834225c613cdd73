package org.chargeproof.ocpi.model;

import org.chargeproof.ocpi.json.Digits;
import org.chargeproof.ocpi.json.Text;

/** Opening times of one day of the week: Monday is 1, times are HH:MM of the location's zone. */
public record RegularHours(
        @Digits(1) int weekday,
        @Text(5) String periodBegin,
        @Text(5) String periodEnd) {}
