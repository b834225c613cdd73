package org.chargeproof.site.file;

import org.jspecify.annotations.Nullable;

/**
 * What an operator states of one of its groups; one of both is there at least.
 *
 * @param group its number
 * @param battery its battery; null without one
 * @param phases limits of its phases; null without any
 */
public record GroupSite(
        int group, @Nullable BatterySite battery, @Nullable PhaseSite phases) {}
