/** What an operator states of its groups beyond the chain: batteries and limits of phases, in one file. */
@NullMarked
package org.chargeproof.site.file;

import org.jspecify.annotations.NullMarked;
