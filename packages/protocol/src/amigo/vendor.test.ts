import { amigoManualSubject, amigoVadSubject } from '../../test/amigoSubject.ts';
import { describeVendor } from '../neutral/vendor.contract.ts';

describeVendor('Amigo as a vendor, where the server detects turns', amigoVadSubject);
describeVendor('Amigo as a vendor, where the client detects turns', amigoManualSubject);
