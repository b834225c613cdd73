/** What drivers, sun and buildings did or may do: files of real sessions and typical years, and a generator. */
@NullMarked
package org.chargeproof.simulation.scenario;

import org.jspecify.annotations.NullMarked;
