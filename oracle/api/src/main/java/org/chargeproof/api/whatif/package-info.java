/** The past of a group as the view has it, computed again by the simulation under another limit, another policy or with a battery. */
@NullMarked
package org.chargeproof.api.whatif;

import org.jspecify.annotations.NullMarked;
